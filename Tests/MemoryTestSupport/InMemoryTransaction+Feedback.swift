import MemoryModel

/// One caller's word on one thing in one pack.
struct InMemoryFeedback: Sendable {
    let context: Identifier<ContextPack>
    let sourceID: Identifier<IndexEntryChange>
    let caller: String
    let isUseful: Bool
    let at: Timestamp
}

extension InMemoryTransaction {
    func recordFeedback(
        _ feedback: [ContextFeedback],
        on context: Identifier<ContextPack>
    ) async throws(StoreError) -> Int {
        _ = try await trace(context)
        let caller = "\(String(describing: principal.userID)) \(String(describing: principal.agentID))"
        return try change { workspace in
            let visible = self.audiences(workspace)
            var count = 0
            for word in feedback {
                let item = workspace.items[word.sourceID.as(ContextItem.self)]?.last.map(\.audienceID)
                let message = workspace.messages[word.sourceID.as(Message.self)].map(\.message.audienceID)
                guard let audience = item ?? message, visible.contains(audience) else { continue }
                workspace.feedback.removeAll {
                    $0.context == context && $0.sourceID == word.sourceID && $0.caller == caller
                }
                workspace.feedback.append(
                    InMemoryFeedback(
                        context: context,
                        sourceID: word.sourceID,
                        caller: caller,
                        isUseful: word.isUseful,
                        at: self.now
                    )
                )
                count += 1
            }
            return count
        }
    }

    func feedbackTallies(
        of sources: [Identifier<IndexEntryChange>]
    ) async throws(StoreError) -> [Identifier<IndexEntryChange>: FeedbackTally] {
        try read { workspace in
            var tallies: [Identifier<IndexEntryChange>: FeedbackTally] = [:]
            for word in workspace.feedback where sources.contains(word.sourceID) {
                let seconds = Double(self.now.microseconds - word.at.microseconds) / 1e6
                let worth = FeedbackTally(useful: 1).decayed(bySeconds: seconds).useful
                if word.isUseful {
                    tallies[word.sourceID, default: FeedbackTally()].useful += worth
                } else {
                    tallies[word.sourceID, default: FeedbackTally()].notUseful += worth
                }
            }
            return tallies
        }
    }
}
