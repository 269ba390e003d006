internal import MemoryModel

/// Imports a file of the exchange format into the workspace of the client's key.
///
/// One pass, with the memory of one batch and of the names of nouns other than messages and items. Everything is
/// written under ids that the file decides, so an import that broke off is simply run again, and what is there
/// already is left alone. The key must manage the workspace and act for nobody, since it writes for others.
package struct WorkspaceImport: Sendable {
    private let client: ServiceClient

    /// Makes an import through a client.
    package init(client: ServiceClient) {
        self.client = client
    }

    /// Imports a file.
    ///
    /// - Parameters:
    ///   - file: the path of the file.
    ///   - restoresErased: whether what was erased is written again; otherwise it is left out, and named in the summary.
    ///   - progress: called after each batch, in bytes of the file.
    /// - Returns: what was there and what was made.
    /// - Throws: ``ExchangeError`` that names the line, ``ServiceClientError`` where the service cannot be asked.
    package func run(
        file: String,
        restoresErased: Bool = false,
        progress: @Sendable (ExchangeProgress) -> Void = { _ in }
    ) async throws -> ImportSummary {
        var reader = try LineReader(path: file)
        let workspace = try await client.get("/v1/workspace")
        guard let workspaceID = workspace["id"].text else {
            throw ServiceClientError(.malformedAnswer, "the workspace has no id")
        }
        var names = DefinedNames(names: ShortNames(workspaceID: workspaceID), file: file)
        var writer = ImportWriter(client: client, file: file, restoresErased: restoresErased)
        while let bytes = try reader.next() {
            try Task.checkCancellation()
            let line = try ExchangeLine(parsing: bytes, file: file, line: reader.number)
            try await writer.write(line, number: reader.number, bytes: bytes.count, names: &names)
            if writer.hasJustFlushed {
                progress(
                    ExchangeProgress(done: reader.position, total: reader.size, remark: "line \(reader.number)")
                )
            }
        }
        try await writer.finish()
        progress(ExchangeProgress(done: reader.size, total: reader.size, remark: writer.summary.sentence))
        return writer.summary
    }
}

/// What the lines read so far have defined: the file's names, and the UUIDs they stand for.
struct DefinedNames {
    private let names: ShortNames
    private let file: String
    private var defined: [ShortNames.Noun: [String: String]] = [:]

    init(names: ShortNames, file: String) {
        self.names = names
        self.file = file
    }

    /// The UUID of a noun that a line defines.
    ///
    /// Messages and items are too many to be remembered; the service knows which of them there are.
    mutating func define(_ name: String, _ noun: ShortNames.Noun) -> String {
        let id = names.id(name, of: noun)
        if noun != .message, noun != .item { defined[noun, default: [:]][name] = id }
        return id
    }

    /// Says that a name stands for a noun whose id the service chose.
    mutating func define(_ name: String, _ noun: ShortNames.Noun, as id: String) {
        defined[noun, default: [:]][name] = id
    }

    /// The UUID of a noun that a line refers to.
    ///
    /// A UUID may name what is in the workspace already; a short name must be defined above.
    func reference(_ name: String, _ noun: ShortNames.Noun, _ field: String, line: Int) throws(ExchangeError) -> String
    {
        if let id = defined[noun]?[name] { return id }
        if noun == .message || noun == .item || ShortNames.isUUID(name) { return names.id(name, of: noun) }
        throw ExchangeError(
            .field,
            file: file,
            line: line,
            field: field,
            "names the \(noun.rawValue) \(name.prefix(64)), which no line above defines"
        )
    }

    /// The same for a field that may be absent.
    func reference(
        optional name: String?,
        _ noun: ShortNames.Noun,
        _ field: String,
        line: Int
    ) throws(ExchangeError) -> String? {
        guard let name else { return nil }
        return try reference(name, noun, field, line: line)
    }

    /// The UUID of a user or agent that a message's author may be.
    func author(_ name: String, _ type: AuthorType) -> String? {
        switch type {
        case .human: defined[.user]?[name]
        case .agent: defined[.agent]?[name]
        case .system: nil
        }
    }
}
