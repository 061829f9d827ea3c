"""Cases about what is counted: of the new, of what ends or begins again, of whole expressions."""
