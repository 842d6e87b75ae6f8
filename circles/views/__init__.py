from circles.views import browse, facilitators, formats, manage, programmes, seats

__all__ = ["browse", "facilitators", "formats", "manage", "programmes", "seats"]
