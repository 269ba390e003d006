internal import ArgumentParser
internal import Foundation
internal import ServiceAssembly

/// `mneme import`: a file of JSON lines into the workspace of the key.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import a workspace from JSON lines into a running service.",
        discussion: """
            The format is described in data/README.md. Importing a file again leaves alone what is there, so an import \
            that broke off is simply run again. What was erased since is left out and named. The key must manage the workspace and act for nobody: the one of \
            `mneme up` does.
            """
    )

    @Argument(help: ArgumentHelp("The file to read.", valueName: "file.jsonl"))
    var file: String

    @Flag(help: "Write also what was erased.")
    var restoreErased = false

    @Flag(help: "Write the summary as JSON.")
    var json = false

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let client = try await settings.client(patience: .seconds(60))
        let bar = ProgressBar("importing")
        let summary: ImportSummary
        do {
            summary = try await WorkspaceImport(client: client).run(file: file, restoresErased: restoreErased) {
                bar.show($0)
            }
            bar.clear()
        } catch {
            bar.clear()
            throw CommandFailure(error)
        }
        if json {
            try Printing.json(summary)
        } else {
            Printing.line("Imported \(summary.sentence).")
            for line in summary.erased {
                Printing.line("Left out, because it was erased: \(line.type) \(line.id) (line \(line.line))")
            }
        }
    }
}

extension SettingOptions {
    /// The client of the service that the settings name.
    func client(patience: Duration = .seconds(10)) async throws -> ServiceClient {
        let environment = ProcessInfo.processInfo.environment
        let configuration = try await configuration(environment: environment)
        do {
            return try ServiceClient.open(configuration, environment: environment, patience: patience)
        } catch {
            throw CommandFailure(error)
        }
    }
}
