"""What the killer is asked for, and what it tells of afterwards."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """What to start and how often to kill."""

    data_file: str
    endpoint: str
    ses_log: str
    seed: int
    senders: int = 3
    waves: int = 1
    smtp_port: int = 0  # of a mail server that takes the mails; 0: SES
    payers: int = 0  # payments that are booked meanwhile
    is_naive: bool = False
    kill_every_s: float = 0.1  # mean; one of the senders at random
    kill_others_every_s: float = 0.4  # mean; who passes on what the provider tells, or books payments
    kill_engine_every_s: float = 2.0  # 0: never
    patience_s: float = 60.0  # in each wave; then kills come five times as seldom until the next one begins
    deadline_s: float = 300.0


@dataclass
class Toll:
    """What happened."""

    sender_kills: int = 0
    sender_kills_at_pace: int = 0  # of them, while the plan's patience lasted
    at_pace_s: float = 0.0  # how long it lasted, in all waves
    other_kills: int = 0
    kills_in_send: int = 0  # a letter was claimed, or being claimed, and the provider's answer was not there
    engine_kills: int = 0
    engine_kills_at_pace: int = 0
    claims_cut_by_engine: int = 0  # processes that were writing a claim when the engine was killed
    deaths: int = 0  # processes that ended by themselves: never
    runs: int = 0
    broken_runs: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        """One line for people."""
        return (
            f"{self.sender_kills} kills of a sender, {self.kills_in_send} of them between claim and answer, "
            f"{self.other_kills} of others, {self.engine_kills} of the engine ({self.claims_cut_by_engine} claims cut) "
            f"in {self.seconds:.0f} s; at full pace {self.at_pace_s:.0f} s, {self.sender_kills_at_pace} of a sender, "
            f"{self.engine_kills_at_pace} of the engine; {self.runs} runs, {self.broken_runs} broken"
        )
