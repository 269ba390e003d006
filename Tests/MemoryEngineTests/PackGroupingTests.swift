import Foundation
import MemoryEngine
import MemoryModel
import Testing

@Suite struct PackGroupingTests {
    private static func relation(_ left: String, _ right: String) -> TextRelation {
        let places = PackGrouping([left, right].map { PackGrouping.Text($0, hash: [], scope: .global) }).places
        if places[1].duplicateOf == 0 { return .same }
        return places[1].conflicts.isEmpty ? .unrelated : .conflicting
    }

    private static let same = [
        (
            "The window is 30 minutes by default for all drivers",
            "the window is 30 minutes, by default, for all drivers!"
        ),
        ("We deploy on Tuesdays after ten.", "We deploy on Tuesdays, after ten"),
        ("Der Export läuft jede Nacht um drei.", "der Export läuft jede Nacht um drei"),
        ("発注は毎週火曜日に行います。", "発注は毎週火曜日に行います"),
        (
            "Refunds over fifty euros need a second person to approve them in the console.",
            "Refunds over fifty euros need a second person to approve them in the console, always."
        ),
    ]

    private static let conflicting = [
        ("A pickup window is 45 minutes by default.", "A pickup window is 30 minutes by default."),
        ("The deploy window is Tuesday at nine.", "The deploy window is Wednesday at nine."),
        ("The session limit is 12 hours for drivers.", "The session limit is 8 hours for drivers."),
        ("The budget for hosting is 400 EUR a month.", "The budget for hosting is 520 EUR a month."),
        ("Sessions are stored in Redis.", "Sessions are stored in Postgres."),
        ("The on-call phone is with Ada this week.", "The on-call phone is with Ben this week."),
        ("We support Safari 15 on the driver app.", "We do not support Safari 15 on the driver app."),
        ("The driver app works offline.", "The driver app never works offline."),
        ("Ada's favourite colour for the charts is blue.", "Ada's favourite colour for the charts is green."),
        ("The API key expires on 2026-03-01.", "The API key expires on 2026-04-15."),
        ("The retry timeout is 30s in production.", "The retry timeout is 60s in production."),
        ("Die Lieferung kommt am Montag um acht.", "Die Lieferung kommt am Freitag um acht."),
        ("Das Budget beträgt 400 Euro im Monat.", "Das Budget beträgt 600 Euro im Monat."),
        ("Le rendez-vous est fixé au 12 mars à Lyon.", "Le rendez-vous est fixé au 19 mars à Lyon."),
        ("Встреча назначена на 10 часов утра.", "Встреча назначена на 11 часов утра."),
        ("会議は毎週10時に始まります。", "会議は毎週11時に始まります。"),
        ("The release branch is called release/7.2 now.", "The release branch is called release/7.4 now."),
        ("Invoices are sent by Texthive every Friday.", "Invoices are sent by Mailbarn every Friday."),
        ("The warehouse in Leipzig closes at 18:00.", "The warehouse in Leipzig closes at 20:00."),
        ("The nightly import takes 40 minutes now.", "The nightly import takes 25 minutes now."),
        (
            "The window was raised to 45 minutes because volunteers at the second stop left early during the trial in Leipzig.",
            "The window was raised to 60 minutes because volunteers at the second stop left early during the trial in Leipzig."
        ),
    ]

    private static let unrelated = [
        ("Ada likes green tea in the morning.", "Ben likes green tea in the morning."),
        ("Route 3 has twelve stops.", "Route 4 has twelve stops."),
        ("Route 3 has 12 stops in Leipzig.", "Route 4 has 9 stops in Leipzig."),
        ("The kitchen is on the first floor.", "The invoice run starts at midnight."),
        ("Driver Ada took the van to Halle.", "Driver Ben took the truck to Jena."),
        ("The window is 30 minutes by default for all drivers", "The window is 45 minutes in Leipzig"),
        ("We use Postgres for sessions.", "Sessions expire after twelve hours without use."),
        ("Ada: ok thanks", "Ben: thanks a lot"),
        ("Backups run every night.", "Backups run every night and are kept for 30 days."),
        ("Sentence number 12 ends here.", "Sentence number 13 starts there, at the end of the page."),
        ("Build flag XQ-7713 turns it off.", "Build flag XQ-7714 turns the cache on for tests."),
        ("The colour of the logo is blue.", "The color of the logo was chosen by Ben."),
        ("Paris has two million people.", "Rome has three million people."),
        ("Ticket 118: slow import of the nightly file", "Ticket 119: login page is blank in Safari"),
    ]

    @Test(arguments: same)
    func whatSaysTheSameIsOneGroup(left: String, right: String) {
        #expect(Self.relation(left, right) == .same)
        #expect(Self.relation(right, left) == .same)
    }

    @Test(arguments: conflicting)
    func anotherValueOfTheSameThingIsAProbableConflict(left: String, right: String) {
        #expect(Self.relation(left, right) == .conflicting)
        #expect(Self.relation(right, left) == .conflicting)
    }

    @Test(arguments: unrelated)
    func otherThingsAreLeftAlone(left: String, right: String) {
        #expect(Self.relation(left, right) == .unrelated)
        #expect(Self.relation(right, left) == .unrelated)
    }

    @Test func whatHoldsInOneTaskDoesNotContradictAnother() {
        func conflicts(_ left: ItemScope?, _ right: ItemScope?) -> Bool {
            let texts = [
                PackGrouping.Text("The retry limit is 3 for this import.", hash: [1], scope: left),
                PackGrouping.Text("The retry limit is 5 for this import.", hash: [2], scope: right),
            ]
            return PackGrouping(texts).places[0].conflicts == [1]
        }
        #expect(conflicts(.task("a"), .task("a")))
        #expect(conflicts(.task("a"), .global))
        #expect(!conflicts(.task("a"), .task("b")))
        #expect(!conflicts(.global, nil), "a message says what was said")
    }

    @Test func theFirstOfAGroupStandsForItAndIsInConflictForAll() {
        let contents = [
            "A pickup window is 45 minutes by default.", "A pickup window is 45 minutes, by default",
            "A pickup window is 30 minutes by default.", "Another thing.",
        ]
        let places = PackGrouping(
            contents.enumerated().map { PackGrouping.Text($1, hash: [UInt8($0)], scope: .global) }
        ).places
        #expect(places.map(\.duplicateOf) == [nil, 0, nil, nil])
        #expect(places.map(\.conflicts) == [[2], [], [0], []])
    }

    @Test func equalHashesAreTheSame() {
        let texts = [
            PackGrouping.Text("One.", hash: [3], scope: .global),
            PackGrouping.Text("Another.", hash: [3], scope: .global),
        ]
        #expect(PackGrouping(texts).places[1].duplicateOf == 0)
    }

    @Test(arguments: ["sample-workspace", "tasks/home/corpus", "tasks/pantry-relay/corpus", "tasks/languages/corpus"])
    func realTextsAreSeldomMarked(file: String) throws {
        struct Line: Decodable {
            let type: String?
            let content: String?
            let text: String?
        }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let lines = try String(contentsOf: root.appending(path: "data/\(file).jsonl"), encoding: .utf8)
            .split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        let stated = lines.filter { ($0.content ?? $0.text) != nil }
        let texts = stated.compactMap { $0.content ?? $0.text }
        let places = PackGrouping(texts.map { PackGrouping.Text($0, hash: [], scope: .global) }).places
        var pairs = 0
        for (index, place) in places.enumerated() {
            // An item made of a message stands for it in a pack.
            for other in place.conflicts where other < index && stated[other].type == stated[index].type {
                pairs += 1
                print("conflict in \(file):\n  \(texts[other])\n  \(texts[index])")
            }
            if let other = place.duplicateOf { print("same in \(file):\n  \(texts[other])\n  \(texts[index])") }
        }
        print("\(file): \(texts.count) texts, \(pairs) conflicts, \(places.count { $0.duplicateOf != nil }) duplicates")
        #expect(texts.count > 50)
        #expect(pairs <= texts.count / 200)
    }
}
