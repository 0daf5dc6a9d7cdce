"""Bounds against hostile input that several rooms share, each with its reason. Sizes in bytes.

A bound of one format stands at the top of its module (ADR 8).
"""

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

JSON_LARGEST = 8 * MIB
"""Manifests, indexes, configurations. Registries accept manifests of 4 MiB; configurations of images with
long histories stay under 1 MiB."""

INDEX_DEPTH = 8
"""An index in an index. Real ones nest once."""

LAYERS_MOST = 1024
"""overlayfs stacks 500 at most, Docker 127."""

ARCHIVE_MEMBERS_MOST = 100_000
"""Members of a docker or OCI archive: a few blobs an image."""

LAYER_SIZE_LARGEST = 256 * GIB
"""An unpacked layer. Machine-learning images reach tens of GiB; beyond that it is a bomb."""

LAYER_ENTRIES_MOST = 20_000_000
"""Entries of one layer's tar. The largest real ones hold one or two million."""

TAR_EXTENSION_LARGEST = 1 * MIB
"""A pax header or a GNU long name. PATH_MAX is 4 KiB, extended attributes 64 KiB each."""

PATH_LONGEST = 32 * KIB
"""A path in a layer; Linux itself ends at 4 KiB."""

ZSTD_WINDOW_LOG = 27
"""128 MiB: `zstd --ultra -22` needs no more, and a decoder allocates what the frame asks for."""

XZ_MEMORY_LARGEST = 128 * MIB
"""`xz -9` decodes with 65 MiB."""

SYMLINKS_FOLLOWED_MOST = 40
"""As Linux: path_resolution(7)."""

FILE_IN_MEMORY_LARGEST = 8 * MIB
"""A claimed file above this goes to an unlinked temporary file that is mapped, so that memory stays flat."""

NESTED_ARCHIVE_DEPTH = 8
"""A jar in a jar: Spring Boot nests twice; depth costs memory for every step."""

NESTED_ARCHIVE_SIZE_LARGEST = 1 * GIB
"""All bytes inflated out of one archive, nested ones included: against zip bombs."""

FACTS_PER_FILE_MOST = 500_000
"""Packages out of one file: the largest distributions hold some 70,000."""

BROKEN_TOLD_MOST = 100
"""Broken records of one file that are named one by one; of the rest their number is told."""
