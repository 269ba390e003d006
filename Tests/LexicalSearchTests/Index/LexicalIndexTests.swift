import LexicalSearch
import Testing

struct LexicalIndexTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func randomChangesFindWhatTheNaiveModelFinds(seed: UInt64) throws {
        var texts = try RandomTexts(seed: seed)
        var model = NaiveIndex()
        let index = LexicalIndex(analyzerSignature: texts.analyzer.signature)
        for step in 0..<600 {
            let key = UInt64.random(in: 0..<250, using: &texts.generator)
            if Int.random(in: 0..<3, using: &texts.generator) == 0 {
                #expect(index.remove(key) == (model.documents.removeValue(forKey: key) != nil))
                model.places[key] = nil
            } else {
                let document = try texts.document()
                let place = texts.place(step: step)
                model.documents[key] = document
                model.places[key] = place
                index.insert(key, document, at: place)
            }
            guard step % 20 == 0 else { continue }
            index.checkInvariants()
            try compare(index, model, &texts)
        }
        #expect(index.count == model.documents.count)
    }

    private func compare(_ index: LexicalIndex, _ model: NaiveIndex, _ texts: inout RandomTexts) throws {
        var alone = BM25F()
        alone[.adjacent] = 0
        alone[.nearby] = 0
        for (limit, parameters) in [(1, alone), (5, alone), (1_000, alone), (5, BM25F()), (1_000, BM25F())] {
            let query = try texts.query()
            // A document that only its neighbours bring up is found where one of them passes the filter.
            let divisor = parameters == alone ? UInt64.random(in: 1...3, using: &texts.generator) : 1
            let isExhaustive = limit == 1_000 || parameters == alone
            let expected = model.search(query, limit: isExhaustive ? limit : 1_000, parameters: parameters) {
                $0 % divisor == 0
            }
            let found = index.search(query, limit: limit, parameters: parameters) { $0 % divisor == 0 }
            if isExhaustive {
                #expect(found.count == expected.count)
                for (match, truth) in zip(found, expected) { #expect(abs(match.score - truth.1) < 1e-9) }
            }
            let truths = Dictionary(uniqueKeysWithValues: expected)
            for match in found { #expect(abs(match.score - (truths[match.key] ?? 0)) < 1e-9 || isExhaustive) }
            if limit == 1_000 { #expect(Set(found.map(\.key)) == Set(expected.map(\.0))) }
            let keys = Array(model.documents.keys) + [999]
            let all = Dictionary(
                uniqueKeysWithValues: model.search(query, limit: 1_000, parameters: parameters) { _ in true }
            )
            for (key, score) in zip(keys, index.scores(of: keys, for: query, parameters: parameters)) {
                #expect(abs(score - (all[key] ?? 0)) < 1e-9)
            }
        }
    }

    @Test(arguments: [21, 22, 23] as [UInt64])
    func incrementalAnswersEqualThoseOfARebuild(seed: UInt64) throws {
        var texts = try RandomTexts(seed: seed)
        let grown = LexicalIndex(analyzerSignature: texts.analyzer.signature)
        var documents: [UInt64: LexicalDocument] = [:]
        for step in 0..<1_500 {
            let key = UInt64.random(in: 0..<400, using: &texts.generator)
            if Bool.random(using: &texts.generator) {
                let document = LexicalDocument(key: key, terms: try texts.document(), place: texts.place(step: step))
                grown.insert([document])
                documents[key] = document
            } else {
                grown.remove(key)
                documents[key] = nil
            }
        }
        let rebuilt = LexicalIndex(analyzerSignature: texts.analyzer.signature)
        rebuilt.insert(documents.values.sorted { $0.key > $1.key })
        let restored = try LexicalIndex(serialized: grown.serialized())
        restored.checkInvariants()
        #expect(restored.analyzerSignature == grown.analyzerSignature)
        for _ in 0..<200 {
            let query = try texts.query()
            let expected = rebuilt.search(query, limit: 7, explaining: true)
            #expect(grown.search(query, limit: 7, explaining: true) == expected)
            #expect(restored.search(query, limit: 7, explaining: true) == expected)
        }
    }

    @Test func neighboursOfACommonWordAreFoundAmongMany() throws {
        let analyzer = try Analyzer()
        let index = LexicalIndex(analyzerSignature: analyzer.signature)
        var documents: [LexicalDocument] = []
        for key in 0..<4_000 as Range<UInt64> {
            let text = key % 2 == 0 ? "the boat needs paint" : "some more paint then \(key)"
            let terms = try analyzer.terms(of: DocumentFields(text: text))
            documents.append(
                LexicalDocument(key: key, terms: terms, place: SequencePlace(sequence: key / 40, position: Int64(key)))
            )
        }
        index.insert(documents)
        index.insert(
            9_000,
            try analyzer.terms(of: DocumentFields(text: "which harbour is it")),
            at: documents[80].place
        )
        let found = index.search(try analyzer.query("harbour boat"), limit: 3)
        #expect(found.first?.key == 9_000)
        #expect(found.count == 3)
        #expect(index.outlines(of: [81]).first??.before == 9_000)
    }

    @Test func termsThatLookAlikeAreNamedNearestFirst() throws {
        let analyzer = try Analyzer()
        let index = LexicalIndex(analyzerSignature: analyzer.signature)
        for (key, text) in ["Dorothea Winkler", "Dorothea again", "Dorotheus", "Theodora 4711", "窓口"].enumerated() {
            index.insert(UInt64(key), try analyzer.terms(of: DocumentFields(text: text)))
        }
        func similar(_ word: String) throws -> [SimilarTerm] {
            let term = try #require(try analyzer.query(word).terms.first)
            return index.similarTerms(to: term, limit: 5)
        }
        #expect(try similar("Dorotea").map(\.term) == ["dorothea"])
        #expect(try similar("Doroteha").map(\.slips) == [1])
        // The stem of the misspelt name is further from the name than the name as it was typed.
        #expect(try similar("Winkeler").map(\.term) == ["winkler"])
        for word in ["dor", "4712", "窓", "dorothea2"] { #expect(try similar(word).isEmpty) }
        index.remove(0)
        #expect(try similar("Winkeler").isEmpty)
    }

    @Test func aRestoredIndexTakesFurtherChanges() throws {
        var texts = try RandomTexts(seed: 9)
        let index = LexicalIndex(analyzerSignature: 1)
        for key in 0..<100 as Range<UInt64> { index.insert(key, try texts.document()) }
        let restored = try LexicalIndex(serialized: index.serialized())
        for key in 50..<150 as Range<UInt64> {
            let document = try texts.document()
            index.insert(key, document)
            restored.insert(key, document)
            restored.remove(key - 50)
            index.remove(key - 50)
        }
        restored.checkInvariants()
        let query = try texts.query()
        #expect(restored.search(query, limit: 50) == index.search(query, limit: 50))
        #expect(!restored.contains(3))
        #expect(restored.contains(140))
    }

    @Test func nothingIsFoundWhereNothingIsAsked() throws {
        let analyzer = try Analyzer()
        let index = LexicalIndex(analyzerSignature: analyzer.signature)
        let query = try analyzer.query("deploy")
        #expect(index.search(query, limit: 5).isEmpty)
        index.insert(1, try analyzer.terms(of: DocumentFields(text: "deploy")))
        #expect(index.search(LexicalQuery(terms: []), limit: 5).isEmpty)
        #expect(index.search(query, limit: 0).isEmpty)
        #expect(index.search(try analyzer.query("the of and"), limit: 5).isEmpty)
        #expect(index.search(LexicalQuery(terms: [QueryTerm("deploy", weight: -1)]), limit: 5).isEmpty)
        #expect(try analyzer.query("the of").isEmpty)
    }

    @Test func equalScoresComeInTheOrderOfTheirKeys() throws {
        let analyzer = try Analyzer()
        let index = LexicalIndex(analyzerSignature: analyzer.signature)
        let document = try analyzer.terms(of: DocumentFields(text: "same words"))
        for key in [9, 4, 7, 1, 8] as [UInt64] { index.insert(key, document) }
        #expect(index.search(try analyzer.query("same words"), limit: 3).map(\.key) == [1, 4, 7])
    }

    @Test func readersAndAWriterRunBesideEachOther() async throws {
        var texts = try RandomTexts(seed: 31)
        let index = LexicalIndex(analyzerSignature: texts.analyzer.signature)
        let documents = try (0..<400).map { _ in try texts.document() }
        let query = try texts.query()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for (key, document) in documents.enumerated() {
                    index.insert(UInt64(key), document)
                    if key % 3 == 0 { index.remove(UInt64(key / 2)) }
                }
            }
            for _ in 0..<3 {
                group.addTask {
                    for _ in 0..<200 {
                        let matches = index.search(query, limit: 10)
                        #expect(matches.allSatisfy { $0.key < 400 && $0.score > 0 })
                    }
                }
            }
        }
        index.checkInvariants()
    }
}
