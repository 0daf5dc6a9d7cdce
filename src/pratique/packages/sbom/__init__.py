"""SBOMs that lie in images: SPDX, CycloneDX, Syft's JSON."""
