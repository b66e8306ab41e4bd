"""Where documents are read: processes of this machine, or of a Ray cluster."""
