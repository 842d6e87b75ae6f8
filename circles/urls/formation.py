from django.urls import path

from circles.views import formations, moves, pair_rules, publishing, staged

ONE = "programmes/formations/<int:pk>/"
CIRCLE = f"{ONE}circles/<int:staged_pk>/"

urlpatterns = [
    path("programmes/<int:pk>/formations/", formations.formations, name="formations"),
    path("programmes/<int:pk>/formations/new/", formations.formation_new, name="formation_new"),
    path("programmes/<int:pk>/pairs/", pair_rules.pair_rules, name="pair_rules"),
    path(
        "programmes/<int:pk>/pairs/<int:rule_pk>/remove/",
        pair_rules.pair_rule_remove,
        name="pair_rule_remove",
    ),
    path(ONE, formations.formation, name="formation"),
    path(f"{ONE}set-up/", formations.formation_set_up, name="formation_set_up"),
    path(f"{ONE}start/", formations.formation_start, name="formation_start"),
    path(f"{ONE}stop/", formations.formation_stop, name="formation_stop"),
    path(f"{ONE}discard/", formations.formation_discard, name="formation_discard"),
    path(f"{ONE}publish/", publishing.formation_publish, name="formation_publish"),
    path(f"{ONE}undo/", moves.formation_undo, name="formation_undo"),
    path(f"{ONE}people/<int:seat_pk>/move/", moves.formation_move, name="formation_move"),
    path(f"{ONE}lock/", staged.staged_lock, name="staged_lock"),
    path(f"{ONE}facilitators/", staged.staged_facilitators, name="staged_facilitators"),
    path(f"{ONE}newcomers/", staged.staged_newcomers, name="staged_newcomers"),
    path(f"{ONE}circles/new/", staged.staged_new, name="staged_new"),
    path(CIRCLE, staged.staged_circle, name="staged_circle"),
    path(f"{CIRCLE}dissolve/", staged.staged_dissolve, name="staged_dissolve"),
]
