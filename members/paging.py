from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST = 1000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages through the first thousand rows: counting and skipping 100,000 would take too long.

    Whoever has more in their list searches or filters instead of leafing.
    """

    @cached_property
    def _counted(self) -> int:
        return int(self.object_list.order_by()[: MOST + 1].count())  # type: ignore[attr-defined]

    @cached_property
    def count(self) -> int:
        return min(self._counted, MOST)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than the pages show."""
        return self._counted > MOST
