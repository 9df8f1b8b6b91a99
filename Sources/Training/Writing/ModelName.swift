import Dialogue
import ExactText
import Glibc
import System

enum ModelName {
    private static let adjectives = [
        "amber", "brisk", "calm", "clear", "crisp", "eager", "fair", "gentle", "golden", "humble", "ivory", "keen",
        "lively", "mellow", "neat", "plain", "quiet", "rapid", "sober", "steady", "sunny", "tidy", "vivid", "warm",
    ]
    private static let nouns = [
        "acorn", "bay", "brook", "cedar", "cliff", "cove", "dune", "elm", "fern", "fjord", "grove", "harbor", "heath",
        "island", "lagoon", "lake", "maple", "meadow", "orchard", "pebble", "ridge", "river", "shore", "valley",
    ]

    private static func words() -> String { "\(adjectives.randomElement() ?? "")-\(nouns.randomElement() ?? "")" }

    /// A name made of the time and two words.
    static func stamped() -> String { "\(TimeText.local(time(nil), "%Y%m%d-%H%M%S"))-\(words())" }

    /// The file name of a model: the one asked for, or one made of time and words.
    static func file(fixed: String?, _ type: TrainingType) -> String {
        if let fixed, !fixed.isEmpty {
            let name = fixed.exact.split(separator: "/").last.map(String.init) ?? fixed
            if name.exact.hasSuffix(".tar.gz") { return name }
            // As Rasa does, an ending is replaced.
            let stem =
                name.unicodeScalars.lastIndex(of: ".").flatMap { $0 > name.startIndex ? name[..<$0] : nil } ?? name[...]
            return "\(stem).tar.gz"
        }
        let prefix =
            switch type {
            case .understanding: "nlu-"
            case .policies: "core-"
            case .both, .endToEnd: ""
            }
        return "\(prefix)\(stamped()).tar.gz"
    }

    /// The time of now in UTC, as Python writes it: `2026-11-22T20:09:11.268748`.
    static func now() -> String {
        let fraction = Int(WallClock.now() * 1e6) % 1_000_000
        let digits = String(fraction)
        return TimeText.utc(time(nil), "%Y-%m-%dT%H:%M:%S") + "." + String(repeating: "0", count: 6 - digits.count)
            + digits
    }
}
