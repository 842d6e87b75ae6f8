"""A believable organisation that never existed: what `manage.py seed_demo` writes.

Everything here is invented, the effect of circles on promotion included (careers.CIRCLE_EFFECT),
so that the reports have something to find. No figure that comes of it is evidence of anything.
"""
