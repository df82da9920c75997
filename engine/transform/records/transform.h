// RECORDS: data of fixed-length records, or lines of one length, as columns: each field of the
// record is predicted from the records before (or set against another field) and split into byte
// planes, each a section of its own or a part of one.
//
// Params: layout.h. Sections: with lines and shifts, first the list of gaps, varints in
// turn: bytes that are no record, records, bytes, …, to the end of the source; else the gaps are
// the `phase` bytes before the first record and the bytes after the last whole one. Then the bytes
// of all gaps; then the planes of the fields in turn, each from its least significant byte up; last
// for each byte in the context of another the classes of that one and a section for each class.
//
// Hostile input: without records no field costs anything; each field of R records takes at most 12
// passes of max(R, 64) bytes: c = 12 from 64 records on, 768 for a single one. A list of gaps: 4.
#ifndef SIGMA_TRANSFORM_RECORDS_TRANSFORM_H_
#define SIGMA_TRANSFORM_RECORDS_TRANSFORM_H_

#include "engine/transform/transform.h"

namespace sigma::records {

inline constexpr TransformId kId{2};

[[nodiscard]] const TransformRow& Transform();

}  // namespace sigma::records

#endif  // SIGMA_TRANSFORM_RECORDS_TRANSFORM_H_
