from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "meg.partnership.access"
    label = "access"

    def ready(self) -> None:
        from meg.partnership.access.sign_in import listen

        listen()
