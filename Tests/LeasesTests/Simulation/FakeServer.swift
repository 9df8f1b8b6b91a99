@testable import Leases

/// The lease scripts over again in Swift, in memory: fast enough for hundreds of thousands of steps.
struct FakeServer: SimulatedServer {
    private struct Ticket {
        var number: Int
        var expires: Int
        var owner: String?
        var fence: Int
        var request: Int
    }

    private let lifetime: Int
    private let waitingLimit: Int
    private var queues: [String: [Ticket]] = [:]
    private var conversations: [String: Set<String>] = [:]
    private var dead: Set<String> = []
    private var fence = 0
    private var published: [News] = []

    init(lifetime: Int, waitingLimit: Int) {
        self.lifetime = lifetime
        self.waitingLimit = waitingLimit
    }

    mutating func execute(_ command: LeaseCommand, owner: String, time: Int) -> LeaseReply {
        switch command.step {
        case .take(let request): take(request, command.conversation, owner, time)
        case .check(let names, let holdsFirst, let renews):
            .places(check(names, holdsFirst, renews, command.conversation, owner, time))
        case .release(let name): .released(next: release(name, command.conversation, owner, time))
        }
    }

    private mutating func take(_ request: Int, _ conversation: String, _ owner: String, _ time: Int) -> LeaseReply {
        var (queue, before) = open(conversation, time)
        var index = queue.firstIndex { $0.owner == owner && $0.request == request }
        if index == nil, queue.count >= waitingLimit { return .full(waiting: queue.count) }
        if dead.contains(owner) { return .declaredDead }
        conversations[owner, default: []].insert(conversation)
        if index == nil {
            fence = max(time, fence + 1)
            let number = queue.last.map { $0.number + 1 } ?? 0
            queue.append(Ticket(number: number, expires: 0, owner: owner, fence: fence, request: request))
            index = queue.count - 1
        }
        let place = index ?? 0
        queue[place].expires = expiry(time, queue[place].fence)
        queues[conversation] = queue
        if place > 0 { tellNew(before, queue, conversation) }
        return .queued(number: queue[place].number, ahead: place, fence: queue[place].fence)
    }

    private mutating func check(
        _ names: [TicketName], _ holdsFirst: Bool, _ renews: Bool, _ conversation: String, _ owner: String, _ time: Int
    ) -> [TicketPosition] {
        var (queue, _) = open(conversation, time)
        let wasEmpty = queue.isEmpty
        var asked: Set<Int> = []
        var places: [TicketPosition] = []
        for (position, name) in names.enumerated() {
            let place = queue.firstIndex {
                isSame($0, owner, name) && ($0.owner == nil || $0.fence == name.fence)
            }
            if let place, renews || queue[place].owner == nil {
                if queue[place].owner == nil {
                    queue[place].owner = owner
                    queue[place].request = name.request
                    queue[place].fence = name.fence ?? 0
                }
                if renews { queue[place].expires = expiry(time, queue[place].fence) }
                conversations[owner, default: []].insert(conversation)
            } else if place == nil, wasEmpty, holdsFirst, position == 0, !dead.contains(owner) {
                let fence = name.fence ?? 0
                let ticket = Ticket(
                    number: name.number ?? -1, expires: expiry(time, fence), owner: owner, fence: fence,
                    request: name.request)
                queue = [ticket]
                asked.insert(0)
                conversations[owner, default: []].insert(conversation)
                places.append(.restored)
                continue
            }
            if let place { asked.insert(place) }
            places.append(place.map { .queued(ahead: $0) } ?? .gone)
        }
        store(queue, conversation)
        if let head = queue.first, head.owner != nil, !asked.contains(0) { tell(head, conversation) }
        return places
    }

    private mutating func release(
        _ name: TicketName, _ conversation: String, _ owner: String, _ time: Int
    ) -> TicketName? {
        var (queue, before) = open(conversation, time)
        queue.removeAll { isSame($0, owner, name) }
        store(queue, conversation)
        if !queue.contains(where: { $0.owner == owner }) { conversations[owner]?.remove(conversation) }
        if let head = queue.first, head.owner == owner {
            return TicketName(request: head.request, number: head.number, fence: head.fence)
        }
        tellNew(before, queue, conversation)
        return nil
    }

    mutating func releaseAll(owner: String, time: Int) {
        for conversation in (conversations.removeValue(forKey: owner) ?? []).sorted() {
            var (queue, before) = open(conversation, time)
            queue.removeAll { $0.owner == owner }
            store(queue, conversation)
            tellNew(before, queue, conversation)
        }
        dead.insert(owner)
    }

    mutating func news() -> [News] {
        defer { published = [] }
        return published
    }

    mutating func read(_ conversation: String) -> [ForeignTicket] {
        (queues[conversation] ?? []).map { ForeignTicket(number: $0.number, expires: $0.expires) }
    }

    mutating func write(_ conversation: String, _ tickets: [ForeignTicket]) {
        store(
            tickets.map { Ticket(number: $0.number, expires: $0.expires, owner: nil, fence: 0, request: 0) },
            conversation)
    }

    mutating func holds(_ conversation: String) -> Bool {
        queues[conversation] != nil || conversations.values.contains { $0.contains(conversation) }
    }

    mutating func lastFence() -> Int { fence }

    private func open(_ conversation: String, _ time: Int) -> (queue: [Ticket], before: Ticket?) {
        let all = queues[conversation] ?? []
        return (all.filter { time <= $0.expires }, all.first)
    }

    private mutating func store(_ queue: [Ticket], _ conversation: String) {
        queues[conversation] = queue.isEmpty ? nil : queue
    }

    private func expiry(_ time: Int, _ fence: Int) -> Int {
        (time + lifetime + 9999) / 10000 * 10000 + fence % 10000
    }

    private func isSame(_ ticket: Ticket, _ owner: String, _ name: TicketName) -> Bool {
        if ticket.owner != nil { return ticket.owner == owner && ticket.request == name.request }
        return ticket.number == name.number ?? -1 && ticket.expires % 10000 == (name.fence ?? 0) % 10000
    }

    private mutating func tell(_ ticket: Ticket, _ conversation: String) {
        guard let owner = ticket.owner else { return published.append(.changed(conversation: conversation)) }
        let name = TicketName(request: ticket.request, number: ticket.number, fence: ticket.fence)
        published.append(.first(owner: owner, name, conversation: conversation))
    }

    private mutating func tellNew(_ before: Ticket?, _ queue: [Ticket], _ conversation: String) {
        guard let before, let head = queue.first else { return }
        let isOld = head.owner == before.owner && head.number == before.number && head.request == before.request
        if !isOld { tell(head, conversation) }
    }
}
