"""Vietnamese text: folding, repair, encodings, syllables."""
