"""The engine over award lines, on the arrays of the engine over notices."""
