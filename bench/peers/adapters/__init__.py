"""One module for each reader; its docstring says which settings were tried and which are used."""
