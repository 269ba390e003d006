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
            let output = try out.map(ExportFile.init) ?? ExportFile.standardOutput
            let summary = try await WorkspaceExport(client: client).run { line in
                try output.handle.write(contentsOf: Data(line))
            } progress: {
                bar.show($0)
            }
            bar.clear()
            try output.finish()
            let text = json ? String(decoding: try JSONEncoder().encode(summary), as: UTF8.self) : summary.sentence
            try? FileHandle.standardError.write(contentsOf: Data("\(json ? "" : "Exported ")\(text)\n".utf8))
        } catch {
            bar.clear()
            throw CommandFailure(error)
        }
    }
}

/// Where an export goes: the standard output, or a file that only appears once it is whole.
private struct ExportFile: Sendable {
    let handle: FileHandle
    private let path: String?
    private let partial: String

    static let standardOutput = ExportFile(handle: .standardOutput, path: nil, partial: "")

    private init(handle: FileHandle, path: String?, partial: String) {
        self.handle = handle
        self.path = path
        self.partial = partial
    }

    /// Starts a file; it holds memories, so only its owner may read it.
    init(_ path: String) throws {
        let partial = path + ".partial"
        guard
            FileManager.default.createFile(atPath: partial, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: partial)
        else { throw CommandFailure("\(path) cannot be written") }
        self.init(handle: handle, path: path, partial: partial)
    }

    func finish() throws {
        guard let path else { return }
        try handle.synchronize()
        try handle.close()
        _ = try FileManager.default.replaceItemAt(URL(fileURLWithPath: path), withItemAt: URL(fileURLWithPath: partial))
    }
}
