"""Where documents come from: files, folders, archives, lists and URLs."""
