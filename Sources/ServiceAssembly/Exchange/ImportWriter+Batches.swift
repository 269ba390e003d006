internal import MemoryModel

extension ImportWriter {
    mutating func write(
        _ message: ExchangeLine.MessageLine,
        _ line: Int,
        _ count: Int,
        _ names: inout DefinedNames
    ) async throws {
        let thread = try names.reference(message.thread, .thread, "thread", line: line)
        let fork = try names.reference(optional: message.fork, .fork, "fork", line: line)
        let id = names.define(message.id, .message)
        for origin in [thread, fork] where leavesOut(.message, id, named: message.id, of: origin, line) { return }
        if let fork, endedForks.contains(fork) {
            summary.note(.message, isNew: false)
            return
        }
        let place = fork.map { "/v1/forks/\($0)" } ?? "/v1/threads/\(thread)"
        let replyTo = try names.reference(optional: message.replyTo, .message, "reply_to", line: line)
        // Batches of different places are written one after the other: an answer must not overtake its question.
        if let replyTo, let other = waiting[replyTo], other != place { try await flush() }
        var body: [String: JSONValue] = [
            "id": .string(id), "author": .string(message.author),
            "author_type": .string(message.authorType.rawValue), "content": .string(message.content),
            "created_at": .string(message.createdAt.description),
        ]
        if let author = message.authorID {
            body["author_id"] = .string(names.author(author, message.authorType) ?? author)
        }
        body["reply_to"] = replyTo.map(JSONValue.string)
        if !message.metadata.isEmpty { body["metadata"] = .object(message.metadata) }
        if restoresErased { body["restore_erased"] = .bool(true) }
        if messages[place] == nil { places.append(place) }
        messages[place, default: ImportBatch()].add(.object(body), name: message.id, line: line)
        waiting[id] = place
        try await flushIfFull(adding: count)
    }

    mutating func write(
        _ item: ExchangeLine.ItemLine,
        _ line: Int,
        _ count: Int,
        _ names: inout DefinedNames
    ) async throws {
        let id = names.define(item.id, .item)
        let collection = try names.reference(item.collection, .collection, "collection", line: line)
        if leavesOut(.item, id, named: item.id, of: collection, line) { return }
        let replaced = try names.reference(optional: item.supersedes, .item, "supersedes", line: line)
        // The replaced item may be among those that wait; one that was erased is replaced by nothing, and is no origin.
        if replaced != nil { try await flush() }
        let body = try body(of: item, id: id, line, names)
        guard let replaced, !erased.contains(replaced) else {
            items.add(.object(body), name: item.id, line: line)
            return try await flushIfFull(adding: count)
        }
        do throws(ServiceClientError) {
            var replacement = body
            // The replacement goes where the replaced item is.
            replacement["collection_id"] = nil
            _ = try await client.post("/v1/items/\(replaced)/supersede", .object(replacement))
        } catch {
            guard error.problem?.code == "erased" else { throw error.blaming(file: file, line: line) }
            return leaveOut(.item, id, named: item.id, line)
        }
        hasJustFlushed = true
        summary.note(.item, isNew: true)
    }

    private func body(
        of item: ExchangeLine.ItemLine,
        id: String,
        _ line: Int,
        _ names: DefinedNames
    ) throws(ExchangeError) -> [String: JSONValue] {
        var body: [String: JSONValue] = [
            "id": .string(id), "kind": .string(item.kind.rawValue), "content": .string(item.content),
            "source": .string(item.source), "pinned": .bool(item.isPinned),
        ]
        body["collection_id"] = .string(try names.reference(item.collection, .collection, "collection", line: line))
        body["tags"] = .array(item.tags.map(JSONValue.string))
        body["importance"] = item.importance.map(JSONValue.number)
        body["valid_from"] = (item.validFrom ?? item.createdAt).json
        body["invalid_at"] = item.invalidAt.json
        body["expires_at"] = item.expiresAt.json
        body["created_at"] = item.createdAt.json
        if !item.metadata.isEmpty { body["metadata"] = .object(item.metadata) }
        body["embedding"] = item.embedding.map { embedding in
            .object([
                "model": .string(embedding.model),
                "vector": .array(embedding.vector.map { .number(Double($0)) }),
            ])
        }
        if restoresErased { body["restore_erased"] = .bool(true) }
        if let scope = item.scope { body["scope"] = try scope.body(line, names) }
        var provenance = try item.provenance.body(line, names)
        if let parents = provenance["derived_from"]?.elements {
            provenance["derived_from"] = .array(parents.filter { $0.text.map { !erased.contains($0) } ?? true })
        }
        let author = try principal(of: item, line, names)
        provenance["principal"] = author.map(JSONValue.string)
        body["provenance"] = .object(provenance)
        // Nobody is believed more for having been imported.
        let trust = item.trust ?? (author == nil ? .unknown : author?.hasPrefix("user:") == true ? .user : .agent)
        body["trust"] = .string(trust.name)
        return body
    }

    /// Who wrote an item: the author it names, or whose collection it is in.
    private func principal(
        of item: ExchangeLine.ItemLine,
        _ line: Int,
        _ names: DefinedNames
    ) throws(ExchangeError) -> String? {
        guard let author = item.author else { return owners[item.collection] }
        if author.hasPrefix("user:") || author.hasPrefix("agent:") || author.hasPrefix("key:") { return author }
        if let agent = names.author(author, .agent), names.author(author, .human) == nil { return "agent:\(agent)" }
        return "user:\(try names.reference(author, .user, "author", line: line))"
    }

    private mutating func flushIfFull(adding count: Int) async throws {
        bytes += count
        let elements = waiting.count + items.elements.count
        if elements >= ImportBatch.mostElements || bytes >= ImportBatch.mostBytes { try await flush() }
    }

    /// Writes all that waits: messages by place, then items, which may have come from them.
    mutating func flush() async throws {
        for place in places {
            guard let batch = messages[place] else { continue }
            let stored: JSONValue
            do throws(ServiceClientError) {
                stored = try await client.post(
                    "\(place)/messages/batch",
                    .object(["messages": .array(batch.elements)])
                )
            } catch {
                throw batch.failure(error, file: file)
            }
            hasJustFlushed = true
            let left = leaveOut(.message, ImportBatch.erased(stored), of: batch)
            summary.note(.message, isNew: true, count: batch.elements.count - left)
        }
        messages = [:]
        places = []
        waiting = [:]
        bytes = 0
        guard !items.isEmpty else { return }
        let stored: JSONValue
        do throws(ServiceClientError) {
            stored = try await client.post("/v1/items/batch", .object(["items": .array(items.elements)]))
        } catch {
            throw items.failure(error, file: file)
        }
        hasJustFlushed = true
        leaveOut(.item, ImportBatch.erased(stored), of: items)
        for item in stored["items"].elements ?? [] { summary.note(.item, isNew: item["is_new"].flag ?? true) }
        items = ImportBatch()
    }

    /// Notes the elements of a batch that the service left out, and returns how many there are.
    @discardableResult
    private mutating func leaveOut(_ kind: ExchangeLine.Kind, _ positions: [Int], of batch: ImportBatch) -> Int {
        let known = positions.filter(batch.elements.indices.contains)
        for position in known {
            let id = batch.elements[position]["id"].text ?? ""
            leaveOut(kind, id, named: batch.names[position], batch.lines[position])
        }
        return known.count
    }
}

extension ExchangeLine.Place {
    fileprivate func body(_ line: Int, _ names: DefinedNames) throws(ExchangeError) -> JSONValue {
        var body: [String: JSONValue] = ["kind": .string(kind.rawValue)]
        guard let id else { return .object(body) }
        switch kind {
        case .channel: body["id"] = .string(try names.reference(id, .channel, "scope.id", line: line))
        case .thread: body["id"] = .string(try names.reference(id, .thread, "scope.id", line: line))
        case .task, .global: body["id"] = .string(id)
        }
        return .object(body)
    }
}

extension ExchangeLine.Origin {
    fileprivate func body(_ line: Int, _ names: DefinedNames) throws(ExchangeError) -> [String: JSONValue] {
        var body: [String: JSONValue] = [:]
        let message = try names.reference(optional: message, .message, "provenance.message", line: line)
        body["message_id"] = message.map(JSONValue.string)
        let thread = try names.reference(optional: thread, .thread, "provenance.thread", line: line)
        body["thread_id"] = thread.map(JSONValue.string)
        let fork = try names.reference(optional: fork, .fork, "provenance.fork", line: line)
        body["fork_id"] = fork.map(JSONValue.string)
        body["task_id"] = task.map(JSONValue.string)
        body["url"] = url.map(JSONValue.string)
        var parents: [JSONValue] = []
        for name in derivedFrom {
            parents.append(.string(try names.reference(name, .item, "provenance.derived_from", line: line)))
        }
        if !parents.isEmpty { body["derived_from"] = .array(parents) }
        return body
    }
}
