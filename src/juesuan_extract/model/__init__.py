"""The frozen types that pass between the stages, in the order in which they come to be."""
