"""Commands of the academic part: `vlms academy …`."""
