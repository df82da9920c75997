"""A file of numbers, compressed, of which any slice can be read: the C API by ctypes.

    array_file.py LIBRARY FILE      writes a million numbers to FILE, reads slices back and checks them

With numpy, `numpy.frombuffer(numbers.read(first, count), "<i4")` is an array of them.
"""
import array
import ctypes
import random
import sys

OK = 0


class Library:
    """libsigma, its functions with their types."""

    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        handle, size, count = ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t)
        types = {
            "sigma_encoder_new": [handle, ctypes.POINTER(handle)],
            "sigma_stream_push": [handle, ctypes.c_char_p, size, count],
            "sigma_stream_pull": [handle, ctypes.c_char_p, size, count],
            "sigma_stream_finish": [handle],
            "sigma_stream_free": [handle],
            "sigma_stream_error": [handle, ctypes.c_char_p, size],
            "sigma_reader_open_file": [ctypes.c_char_p, handle, ctypes.POINTER(handle)],
            "sigma_reader_read": [handle, ctypes.c_uint64, ctypes.c_char_p, size, count],
            "sigma_reader_free": [handle],
            "sigma_reader_error": [handle, ctypes.c_char_p, size],
        }
        for name, arguments in types.items():
            getattr(self.lib, name).argtypes = arguments
        self.lib.sigma_reader_size.argtypes = [handle]
        self.lib.sigma_reader_size.restype = ctypes.c_uint64

    def check(self, status, handle, error):
        if status != OK:
            text = ctypes.create_string_buffer(300)
            error(handle, text, len(text))
            raise OSError(text.value.decode())


class Numbers:
    """Integers of 4 bytes in a compressed file."""

    def __init__(self, library, path):
        self.library, self.lib = library, library.lib
        self.reader = ctypes.c_void_p()
        status = self.lib.sigma_reader_open_file(path.encode(), None, ctypes.byref(self.reader))
        library.check(status, self.reader, self.lib.sigma_reader_error)

    def __len__(self):
        return self.lib.sigma_reader_size(self.reader) // 4

    def read(self, first, count):
        target = ctypes.create_string_buffer(4 * count)
        got = ctypes.c_size_t()
        status = self.lib.sigma_reader_read(self.reader, 4 * first, target, 4 * count, ctypes.byref(got))
        self.library.check(status, self.reader, self.lib.sigma_reader_error)
        return target.raw[:got.value]

    def close(self):
        self.lib.sigma_reader_free(self.reader)


def write(library, path, pieces):
    lib, stream = library.lib, ctypes.c_void_p()
    room, count = ctypes.create_string_buffer(1 << 16), ctypes.c_size_t()
    with open(path, "wb") as file:
        def pull():
            while True:
                status = lib.sigma_stream_pull(stream, room, len(room), ctypes.byref(count))
                library.check(status, stream, lib.sigma_stream_error)
                if count.value == 0:
                    return
                file.write(room.raw[:count.value])

        library.check(lib.sigma_encoder_new(None, ctypes.byref(stream)), stream, lib.sigma_stream_error)
        for piece in pieces:
            while piece:
                status = lib.sigma_stream_push(stream, piece, len(piece), ctypes.byref(count))
                library.check(status, stream, lib.sigma_stream_error)
                piece = piece[count.value:]
                pull()
        library.check(lib.sigma_stream_finish(stream), stream, lib.sigma_stream_error)
        pull()
    lib.sigma_stream_free(stream)


def main(library_path, path):
    library = Library(library_path)
    numbers = array.array("i", ((i * i // 7) % 1000003 for i in range(1000000)))
    plain = numbers.tobytes()
    write(library, path, (plain[at:at + 99999] for at in range(0, len(plain), 99999)))
    packed = Numbers(library, path)
    assert len(packed) == len(numbers)
    chance = random.Random(1)
    for _ in range(200):
        first = chance.randrange(len(numbers))
        assert packed.read(first, 1000) == plain[4 * first:4 * first + 4000]
    packed.close()
    try:
        Numbers(library, path + ".none")
    except OSError as error:
        assert "no such file" in str(error), error
    else:
        raise AssertionError("a file that is not there was opened")
    print(f"{len(numbers)} numbers in {len(open(path, 'rb').read())} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
