"""An independent decoder of the Sigma format: slow and plain, written from engine/format/FORMAT.md and
the SPEC.md of each family of transforms alone.

It shares no code with the engine and looks at nothing of it, so wherever the two agree, the text says what
the bytes are. Modules follow the sections of the text. Python 3.11, standard library and xxhash.
"""
