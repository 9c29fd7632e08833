"""A new generation beside the one that answers: filled by key ranges, replayed, verified, promoted, kept, removed."""
