"""`python -m juesuan_extract` is the command `juesuan`."""

from juesuan_extract.cli.app import main

if __name__ == "__main__":
    main()
