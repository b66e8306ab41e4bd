"""Located tables to rows and facts with canonical ids."""
