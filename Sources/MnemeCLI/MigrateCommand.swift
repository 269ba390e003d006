internal import ArgumentParser
internal import ServiceAssembly

/// `mneme migrate`: brings the schema up, shows it, or takes it down.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the schema up, show it, or take it down.",
        subcommands: [Up.self, Status.self, Down.self]
    )

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Apply what is missing.")

        @OptionGroup var settings: SettingOptions

        func run() async throws {
            try await ServiceCommand.run(settings) { service in
                let applied = try await service.preparation.migrateUp()
                for name in applied { Printing.line("applied  \(name)") }
                if applied.isEmpty { Printing.line("Nothing to apply.") }
            }
        }
    }

    struct Status: AsyncParsableCommand {
        private struct Row: Encodable {
            let version: Int32
            let name: String
            let applied: Bool
        }

        static let configuration = CommandConfiguration(abstract: "Show which migrations are applied.")

        @Flag(help: "Print JSON.")
        var json = false

        @OptionGroup var settings: SettingOptions

        func run() async throws {
            try await ServiceCommand.run(settings) { service in
                let status = try await service.preparation.migrations()
                if json {
                    try Printing.json(status.map { Row(version: $0.version, name: $0.name, applied: $0.isApplied) })
                } else {
                    for row in status {
                        let state = row.isApplied ? "applied" : "missing"
                        Printing.line("\(state)  \(row.version)  \(row.name)")
                    }
                }
                if status.contains(where: { !$0.isApplied }) { throw ExitCode(ServiceExit.failure) }
            }
        }
    }

    struct Down: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back migrations, for development: what they hold is lost."
        )

        @Option(help: "The version to go back to; 0 takes back everything.")
        var to: Int32

        @Flag(help: "Needed: it deletes stored memory.")
        var deleteData = false

        @OptionGroup var settings: SettingOptions

        func run() async throws {
            guard deleteData else {
                throw CommandFailure("down deletes stored memory: add --delete-data", code: ServiceExit.configuration)
            }
            try await ServiceCommand.run(settings) { service in
                try await service.preparation.migrateDown(to: to)
            }
        }
    }
}

extension ServiceCommand {
    /// Prepares the database of this command.
    var preparation: DatabasePreparation { DatabasePreparation(access: access, logger: logger) }
}
