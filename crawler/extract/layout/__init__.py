"""Laid-out pages become lines and tables: PDF, pictures, OCR."""
