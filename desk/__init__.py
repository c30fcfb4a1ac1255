"""The operator's desk: what people who run TimThau do, whether on a page or by a command."""
