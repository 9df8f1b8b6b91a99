package import JSON
import Testing

/// What the events of a conversation say about the messages that a test numbered in their metadata (`number`).
package enum StoredTurns {
    /// The numbers of the stored messages in order; fails the test where a turn starts before the one before it ended.
    package static func numbers(_ events: [JSON]) -> [Int] {
        var numbers: [Int] = []
        var isOpen = false
        for event in events {
            switch event["event"]?.string {
            case "user":
                #expect(!isOpen, "two turns are interleaved")
                isOpen = true
                if let number = event["metadata"]?["number"]?.int { numbers.append(number) }
            case "action" where event["name"]?.string == "action_listen": isOpen = false
            default: break
            }
        }
        #expect(!isOpen, "half a turn is stored")
        return numbers
    }
}
