"""Documents on paper: what people carry to a counter, sign there, get by post or read on a wall.

Each is a Jinja template with `paper.css`, in the tenant's name and colours, and has to do in black
and white. The pages that offer them stand beside what they belong to, in `public`, `backoffice` and
`admin`.
"""
