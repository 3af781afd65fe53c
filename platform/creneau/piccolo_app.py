"""The domain as a Piccolo app: its tables and its migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig

from creneau import tables
from creneau.admission import tables as admission
from creneau.agents import tables as agents
from creneau.appointments import tables as appointments
from creneau.calendars import tables as calendars
from creneau.confidentiality import tables as confidentiality
from creneau.embedding import tables as embedding
from creneau.history import tables as history
from creneau.idempotency import tables as idempotency
from creneau.imports import tables as imports
from creneau.invitations import tables as invitations
from creneau.lists import tables as lists
from creneau.messages.preferences import tables as preferences
from creneau.messages.receipts import tables as receipts
from creneau.messages.wording import tables as wording
from creneau.motives import tables as motives
from creneau.organisations import tables as organisations
from creneau.people import tables as people
from creneau.places import tables as places
from creneau.planning import tables as planning
from creneau.questions import tables as questions
from creneau.retention import tables as retention
from creneau.roles import tables as roles
from creneau.sms import tables as sms
from creneau.statistics import tables as statistics
from creneau.tokens import tables as tokens
from creneau.waiting import tables as waiting
from creneau.webhooks import tables as webhooks

APP_CONFIG = AppConfig(
    app_name="core",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=[
        tables.Tenant,
        tables.Session,
        tables.EmailCode,
        tables.Outbox,
        tables.OutboxPace,
        tables.WorkerSign,
        organisations.Organisation,
        organisations.Service,
        agents.Resource,
        agents.Agent,
        agents.AgentService,
        agents.AgentLink,
        agents.SecondFactor,
        agents.RecoveryCode,
        agents.Seeing,
        roles.Role,
        roles.Membership,
        places.Place,
        motives.Motive,
        wording.MessageWording,
        planning.Opening,
        planning.OpeningMotive,
        planning.OpeningOccurrence,
        planning.FreedTime,
        planning.Absence,
        planning.AbsenceOccurrence,
        planning.ClosureSeries,
        planning.Closure,
        planning.OccurrenceChange,
        planning.HolidayCalendar,
        people.Person,
        people.PersonOrganisation,
        people.Referent,
        people.PersonNote,
        people.PersonApart,
        people.PersonWord,
        confidentiality.PersonConfidential,
        appointments.Appointment,
        appointments.Allocation,
        appointments.Booking,
        appointments.BookingLink,
        receipts.Message,
        preferences.PersonPreference,
        preferences.AgentPreference,
        questions.MotiveQuestion,
        questions.BookingAnswer,
        idempotency.Idempotency,
        imports.DataImport,
        lists.SavedSearch,
        lists.SavedSearchOpening,
        tokens.ApiToken,
        waiting.WaitingRule,
        waiting.WaitingEntry,
        waiting.WaitingOffer,
        waiting.WaitingLink,
        admission.AdmissionLine,
        invitations.Invitation,
        invitations.InvitationLink,
        invitations.InvitationRule,
        statistics.AppointmentCount,
        statistics.AppointmentMonth,
        statistics.AppointmentChange,
        statistics.PersonChange,
        statistics.AppointmentCounting,
        sms.SmsSetting,
        sms.SmsMonth,
        sms.SmsDispatch,
        calendars.CalendarAccess,
        calendars.BusySource,
        embedding.EmbeddingOrigin,
        webhooks.WebhookEndpoint,
        webhooks.WebhookDelivery,
        retention.RetentionRule,
        history.History,
        history.HistorySeal,
    ],
)
