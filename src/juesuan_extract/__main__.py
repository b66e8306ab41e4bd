"""`python -m juesuan_extract` is the command `juesuan`."""

from juesuan_extract.cli import main

if __name__ == "__main__":
    main()
