"""What a frame shows: faces, who they are over time, and their expression."""
