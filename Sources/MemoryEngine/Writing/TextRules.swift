internal import MemoryModel

/// The rules of the domain that a draft must keep, each with the field it names.
struct TextRules: Sendable {
    let limits: EngineLimits

    /// A text that is stored: neither empty nor too long.
    func checkText(_ text: String, field: String, limit: Int) throws(EngineError) {
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw EngineError(.invalid, "must not be empty", field: field)
        }
        guard text.utf8.count <= limit || text.unicodeScalars.count <= limit else {
            throw EngineError(.tooLarge, "is longer than \(limit) characters", field: field)
        }
        guard !text.utf8.contains(0) else {
            throw EngineError(.invalid, "must not contain NUL", field: field)
        }
    }

    /// A name, tag or other short text.
    func checkLabel(_ text: String, field: String) throws(EngineError) {
        try checkText(text, field: field, limit: limits.label)
    }

    /// The content of an item: a text, and none that this service rendered itself.
    func checkItemContent(_ text: String) throws(EngineError) {
        try checkText(text, field: "content", limit: limits.itemContent)
        guard !FenceMarker.isPresent(in: text) else {
            throw EngineError(
                .injectedText,
                "holds a block that was put into a prompt from memory; store what is new, not what was remembered",
                field: "content"
            )
        }
    }

    /// Tags sorted, each once.
    func normalisedTags(_ tags: [String]) throws(EngineError) -> [String] {
        guard tags.count <= limits.tags else {
            throw EngineError(.tooLarge, "has more than \(limits.tags) tags", field: "tags")
        }
        for tag in tags { try checkLabel(tag, field: "tags") }
        return Set(tags).sorted()
    }

    /// An importance between 0 and 1.
    func checkImportance(_ importance: Float) throws(EngineError) {
        guard (0...1).contains(importance) else {
            throw EngineError(.invalid, "must lie between 0 and 1", field: "importance")
        }
    }

    /// A validity that ends after it begins.
    func checkValidity(from: Timestamp, invalidAt: Timestamp?) throws(EngineError) {
        guard let invalidAt, invalidAt <= from else { return }
        throw EngineError(.invalid, "must be later than valid_from", field: "invalid_at")
    }

    /// The texts of a scope and a provenance.
    func checkOrigin(scope: ItemScope, source: String, provenance: Provenance) throws(EngineError) {
        if case .task(let id) = scope { try checkLabel(id, field: "scope.id") }
        try checkLabel(source, field: "source")
        if let task = provenance.taskID { try checkLabel(task, field: "provenance.task_id") }
        if let url = provenance.url { try checkText(url, field: "provenance.url", limit: limits.url) }
        guard provenance.derivedFrom.count <= limits.derivedFrom else {
            throw EngineError(
                .tooLarge,
                "names more than \(limits.derivedFrom) items",
                field: "provenance.derived_from"
            )
        }
    }

    /// A batch of at least one and at most the limit.
    func checkBatch(_ count: Int, field: String) throws(EngineError) {
        guard count > 0 else { throw EngineError(.invalid, "must not be empty", field: field) }
        guard count <= limits.batch else {
            throw EngineError(.tooLarge, "has more than \(limits.batch) elements", field: field)
        }
    }
}
