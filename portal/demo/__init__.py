"""Two invented clinics to look around in, with eight weeks of life. Never beside real data, never in production.

Services speak of now: they refuse past days and stamp the current time. So this package writes past and planned rows
itself, in bulk. The database's constraints and triggers judge them like all others, signatures included.
"""
