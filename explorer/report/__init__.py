"""What people and other programs are shown: terminal picture, case file, JSON."""
