"""Build tools that no user needs: pages of docs/ and files of schemas/ that are made from the code."""
