internal import ArgumentParser
internal import MemoryModel
internal import ServiceAssembly

/// `mneme tier`: shows or sets what a workspace may use.
struct TierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tier",
        abstract: "Show or set the tier of a workspace, next to the database.",
        discussion: "What a tier allows is in the settings limits.tiers.*; API nodes follow within ten seconds."
    )

    @Argument(help: "free, starter, pro or enterprise; `standard` for that of the settings. Shown when not given.")
    var tier: String?

    @Option(help: "The workspace's id; that of the credentials file when not given.")
    var workspace: String?

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let chosen = try tier.map { text -> Tier? in
            guard text != "standard" else { return nil }
            guard let tier = Tier(rawValue: text) else {
                throw CommandFailure("\(text) is no tier", code: ServiceExit.configuration)
            }
            return tier
        }
        let workspaceID = try workspace.map { text -> Identifier<Workspace> in
            guard let id = Identifier<Workspace>(text) else {
                throw CommandFailure("--workspace: \(text) is no id", code: ServiceExit.configuration)
            }
            return id
        }
        try await ServiceCommand.run(settings) { service in
            let tiers = try await TierAdministration(
                configuration: service.configuration,
                access: service.access,
                workspace: workspaceID,
                logger: service.logger
            )
            if let chosen { try await tiers.set(chosen) }
            let standard = service.configuration.limits.tiers.standard
            let present = try await tiers.tier()
            Printing.line(present?.rawValue ?? "\(standard.rawValue) (standard)")
        }
    }
}
