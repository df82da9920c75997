"""The parts of the format that check.py must have met, by the names of coverage.py."""

from __future__ import annotations

from collections.abc import Iterable


def each(name: str, values: Iterable[object]) -> set[str]:
    return {f"{name} {value}" for value in values}


CODERS = range(6)
TRANSFORMS = range(64, 75)
EXE_STREAMS = ("disp8", "disp32", "data", "imm8", "imm16", "imm32", "imm64", "jump8", "jump32", "call")
EXE_STATES = ("P", "O", "R", "T", "A", "B", "V", "E", "VT", "VA", "VB", "ET", "EA", "EB", "S")
ARM64 = ("branch", "page", "conditional", "bit test", "immediate", "wide immediate", "other")
PREDICTORS = range(7)

PLANS = each("plan", [*CODERS, *TRANSFORMS])  # some kind of data and strategy must make sigma-par choose each
CONTAINER = ({"content hash 1", "content hash 2", "content hash of an unknown kind", "short footer", "long footer", "user data", "stream header with original size",
              "stream header without original size"}
             | PLANS | {f"plan {plan} in a section" for plan in (*CODERS, *TRANSFORMS)}
             | {f"transforms {depth} deep" for depth in range(1, 5)})
ENTROPY = (each("entropy mode", (0, 1)) | each("entropy static table", range(16))
           | each("entropy table kind", range(3)) | each("entropy nested, depth", range(2))
           | {"entropy coded", "entropy packed", "entropy packed in lanes", "entropy flat node"})
LZ = (each("LZ form", range(4)) | each("LZ class", range(4)) | each("LZ repeat", (1, 2))
      | {"LZ long list", "LZ literals in contexts", "LZ literals in one stream"})
PATTERN = each("pattern prediction", range(2))
SORT = (each("Sort segments", (1, 2)) | each("Sort length class", range(16))
        | {"Sort rank of 19 and more", "Sort least weight"})
ADAPTIVE = (each("Adaptive mode", range(2)) | each("Adaptive escape", range(6)) | each("Adaptive repeat", range(1, 5))
            | each("Adaptive reach", range(16)) | {"Adaptive block that ends in literals"})
FAR = each("far copies by plan", (0, 2, 3)) | {"far copies alone"}
DELTA = ({"Delta width 1 with difference"} | each("Delta width", (2, 4, 8))
         | {f"Delta width {width} with difference" for width in (2, 4, 8)})
DICTIONARY = {f"Dictionary width {width}, {size} bytes a number" for width in (2, 4, 8) for size in (1, 2)}
RECORDS = (each("Records gaps", range(3)) | each("Records width", (1, 2, 4, 8))
           | each("Records predictor", [*PREDICTORS, 7]) | {f"Records predictor {k} zigzag" for k in PREDICTORS}
           | {"Records big", "Records joined", "Records context", "Records reference"})
RASTER = (each("Raster bits", (8, 16)) | each("Raster channels", range(1, 5)) | each("Raster predictor", range(6))
          | {"Raster big", "Raster signed", "Raster subtract"})
PCM = (each("PCM width", range(1, 5)) | each("PCM channels", range(1, 9)) | each("PCM pair", range(4))
       | each("PCM predictor", range(5)) | each("PCM context", range(15))
       | {"PCM big", "PCM unsigned", "PCM predictor with weights", "PCM raw bytes"})
FLOAT = ({"Float decimal", "Float width 8 digits", "Float width 8 digits differences"}
         | {f"Float width {width} {mode}{more}" for width in (4, 8) for mode in ("no decimals", "places")
            for more in ("", " differences")}
         | {"Float width 2 no decimals", "Float width 2 no decimals differences"}
         | {f"Float width {width} operation {number}" for width in (4, 8) for number in range(8)})
EXE = (each("Exe kind", range(1, 4)) | each("Exe", EXE_STREAMS) | each("Exe state", EXE_STATES)
       | each("Exe ARM64", ARM64))
TABLE = (each("Table kind", range(4)) | each("Table group", range(8))
         | {"Table own sections", "Table planes", "Table digits apart", "Table differences",
            "Table new rare template", "Table known rare template"})
BRANCH = (each("Branch kind", range(4)) | each("Branch opcode of", (1, 2))
          | {"Branch ARM64 call", "Branch ARM64 page"})
PAGES = each("Pages kind", (2, 5, 10, 13)) | {"Pages overflow"}

PARTS: set[str] = (CONTAINER | ENTROPY | LZ | PATTERN | SORT | ADAPTIVE | FAR | DELTA | {"Split"} | DICTIONARY | RECORDS | RASTER
                   | PCM | FLOAT | EXE | TABLE | BRANCH | PAGES)
