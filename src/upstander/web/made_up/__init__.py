"""The made-up country: what it holds, how it is loaded and removed, and the way in and out."""
