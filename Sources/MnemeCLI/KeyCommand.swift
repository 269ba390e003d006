public import ArgumentParser
public import MemoryModel
internal import ServiceAssembly

/// `mneme key`: makes, lists and revokes API keys next to the database.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make, list and revoke API keys.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a key; its text is shown this once.")

        @Argument(help: "What people call it.")
        var name: String

        @Option(help: "admin, member or viewer.")
        var role = Role.member

        @Option(help: "A scope it has, such as items:read; all of its role when none is given.")
        var scope: [AccessScope] = []

        @Option(help: "The id of the agent it acts for.")
        var agent: String?

        @Option(help: "The id of the user it acts for.")
        var user: String?

        @Option(help: "Days until it is refused.")
        var days: Int?

        @OptionGroup var settings: SettingOptions

        func run() async throws {
            let agent: Identifier<Agent>? = try identifier(agent, "--agent")
            let user: Identifier<User>? = try identifier(user, "--user")
            try await KeyCommand.run(settings) { keys in
                let made = try await keys.create(
                    name: name,
                    role: role,
                    scopes: scope.isEmpty ? nil : Set(scope),
                    agent: agent,
                    user: user,
                    lifetimeDays: days
                )
                Printing.line(made.text)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the workspace's keys, newest first.")

        @OptionGroup var settings: SettingOptions

        func run() async throws {
            try await KeyCommand.run(settings) { keys in
                for key in try await keys.list() {
                    let state = key.revokedAt == nil ? "active " : "revoked"
                    let facts = [key.id.description, state, key.role.rawValue, key.createdAt.dateDescription, key.name]
                    Printing.line(facts.joined(separator: "  "))
                }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse a key from now on.")

        @Argument(help: "The key's id, as `mneme key list` shows it.")
        var id: String

        @OptionGroup var settings: SettingOptions

        func run() async throws {
            guard let id = Identifier<APIKey>(id) else {
                throw CommandFailure("\(id) is no id of a key", code: ServiceExit.configuration)
            }
            try await KeyCommand.run(settings) { try await $0.revoke(id) }
        }
    }

    private static func run(
        _ settings: SettingOptions,
        _ body: (KeyAdministration) async throws -> Void
    ) async throws {
        try await ServiceCommand.run(settings) { service in
            let keys = try await KeyAdministration(
                configuration: service.configuration,
                access: service.access,
                secrets: service.secrets,
                logger: service.logger
            )
            try await body(keys)
        }
    }
}

private func identifier<Noun>(_ text: String?, _ option: String) throws -> Identifier<Noun>? {
    guard let text else { return nil }
    guard let identifier = Identifier<Noun>(text) else {
        throw CommandFailure("\(option): \(text) is no id", code: ServiceExit.configuration)
    }
    return identifier
}

extension Role: ExpressibleByArgument {}
extension AccessScope: ExpressibleByArgument {}
