internal import ArgumentParser

/// The command `mneme`.
struct MnemeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mneme",
        abstract: "A memory service for AI agents.",
        discussion: """
            Settings come from options, then from environment variables (MNEME_…), then from mneme.json in the data \
            directory; docs/configuration.md lists them.

            Exit codes: 0 done, 1 failed, 2 wrong arguments or settings, 3 something needed is not there.
            """,
        subcommands: [
            UpCommand.self, ContextCommand.self, SearchCommand.self, ImportCommand.self, ExportCommand.self,
            UsageCommand.self, AuditCommand.self, APICommand.self, WorkerCommand.self, MigrateCommand.self,
            KeyCommand.self, TierCommand.self, EvalCommand.self, BenchCommand.self, DoctorCommand.self,
            ConfigCommand.self,
        ]
    )
}
