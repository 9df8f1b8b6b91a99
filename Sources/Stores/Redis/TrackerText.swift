import Cryptography
import Dialogue
import Encodings
import ExactText
import JSON
import Redis

/// A conversation as the text that Rasa's `RedisTrackerStore` keeps: `{"events": [...], "name": "..."}`.
///
/// Text of exactly this form is *regular*: new events are written over its end without touching what stands before.
/// Text of another form, which no Rasa writes, is read all the same, and written anew as a whole.
struct TrackerText: Sendable {
    /// What stands before the first event.
    static let head = Array(#"{"events": ["#.utf8)
    private static let separator = Array(", ".utf8)
    /// How many bytes before its end the digest of a text covers: enough for the time of the last event.
    static let markedBytes = 1024

    /// What stands behind the last event of a conversation.
    let tail: [UInt8]

    init(conversation: String) {
        var tail = Array(#"], "name": "#.utf8)
        JSON.write(conversation, to: &tail, escapesNonASCII: true)
        tail.append(UInt8(ascii: "}"))
        self.tail = tail
    }

    /// Events as they stand in the text, with commas where needed.
    static func encoded(_ events: [Event], hasEvents: Bool) -> [UInt8] {
        var text: [UInt8] = []
        for (index, event) in events.enumerated() {
            if hasEvents || index > 0 { text += separator }
            event.json.write(to: &text, .python)
        }
        return text
    }

    /// The events of a whole text, and whether it has Rasa's members in Rasa's order and no other.
    static func events(_ text: [UInt8]) throws(StoreError) -> (events: [Event], hasRasasMembers: Bool) {
        let json = try parse(text)
        return (try read(json["events"]), Array(json.object?.keys ?? []) == ["events", "name"])
    }

    /// The events that another writer has put between a known body and the tail; nil where the end is not regular.
    func events(after bodyLength: Int, in rest: [UInt8]) throws(StoreError) -> [Event]? {
        guard rest != tail else { return [] }
        let separator = bodyLength > Self.head.count ? Self.separator : []
        guard rest.count > tail.count, rest.suffix(tail.count).elementsEqual(tail), rest.starts(with: separator) else {
            return nil
        }
        let list = [UInt8(ascii: "[")] + rest[separator.count..<rest.count - tail.count] + [UInt8(ascii: "]")]
        return try Self.read(Self.parse(list))
    }

    /// The events of a text's end that begins with the first of them; nil where it does not begin with a session.
    func lastSession(_ end: [UInt8]) -> [Event]? {
        guard end.count > tail.count, end.suffix(tail.count).elementsEqual(tail) else { return nil }
        let list = [UInt8(ascii: "[")] + end.dropLast(tail.count) + [UInt8(ascii: "]")]
        guard let json = try? Self.parse(list), let events = try? Self.read(json) else { return nil }
        return events.first.map(SessionBeginning.action.isAt) == true ? events : nil
    }

    /// Where a whole text's body ends; nil if the text is not regular.
    func bodyLength(of text: [UInt8]) -> Int? {
        guard text.starts(with: Self.head), text.suffix(tail.count).elementsEqual(tail) else { return nil }
        return text.count - tail.count
    }

    /// Marks that begin so belong to texts that are not regular.
    private static let irregular = "whole:"

    /// The position of a text that is not regular: its whole length and the digest of its end.
    static func irregularPosition(_ text: [UInt8]) -> Revision {
        Revision(
            length: text.count, digest: irregular + Hexadecimal.text(Digest.sha1.of(Array(text.suffix(markedBytes)))))
    }

    /// Where new events go: the end of the body, 0 for a new conversation, nil where the text must be written anew.
    func place(_ position: Revision) -> Int? {
        position.digest.exact.hasPrefix(Self.irregular) ? nil : position.length
    }

    /// The length that the whole text had at a position.
    func wholeLength(_ position: Revision) -> Int {
        guard let place = place(position), place > 0 else { return position.length }
        return place + tail.count
    }

    /// The mark of a position as the scripts compute it.
    static func digest(_ position: Revision) -> String {
        position.digest.exact.removingPrefix(irregular).map(String.init) ?? position.digest
    }

    private static func parse(_ text: [UInt8]) throws(StoreError) -> JSON {
        do throws(JSONError) {
            return try JSON(parsing: text)
        } catch {
            throw StoreError(.unreadable, "what Redis holds for the conversation is not JSON: \(error)")
        }
    }

    private static func read(_ list: JSON?) throws(StoreError) -> [Event] {
        guard let values = list?.array else {
            throw StoreError(.unreadable, "what Redis holds for the conversation has no list 'events'")
        }
        return try StoreError.events(from: values, "what Redis holds for the conversation")
    }
}
