"""One file per format: read(path, id) -> documents, ValueError with the reason when the file can't be read."""
