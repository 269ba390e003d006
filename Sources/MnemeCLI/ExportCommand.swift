internal import ArgumentParser
internal import Foundation
internal import ServiceAssembly

/// `mneme export`: the workspace of the key as JSON lines.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export the workspace of a running service as JSON lines.",
        discussion: "What the key may see is exported, in the format of `mneme import`; of items the present version."
    )

    @Option(help: "The file to write; the standard output when none is given.")
    var out: String?

    @Flag(help: "Write a summary as JSON to the error output.")
    var json = false

    @OptionGroup var settings: SettingOptions

    func run() async throws {
        let client = try await settings.client(patience: .seconds(60))
        let bar = ProgressBar("exporting")
        do {
            let file = try out.map { try ExportFile(path: $0) }
            let summary: ImportSummary
            do {
                summary = try await WorkspaceExport(client: client).run { line in
                    if let file {
                        try file.write(line)
                    } else {
                        try FileHandle.standardOutput.write(contentsOf: Data(line))
                    }
                } progress: {
                    bar.show($0)
                }
                try file?.finish()
            } catch {
                file?.discard()
                throw error
            }
            bar.clear()
            let text = json ? String(decoding: try JSONEncoder().encode(summary), as: UTF8.self) : summary.sentence
            try? FileHandle.standardError.write(contentsOf: Data("\(json ? "" : "Exported ")\(text)\n".utf8))
        } catch {
            bar.clear()
            throw CommandFailure(error)
        }
    }
}
