"""Tables of data, read from files of several kinds into the arrays of a problem. Needs no torch until one is drawn."""
