/** Listings that come in pages. */
import { clone, type DescMessage, type Message } from "@bufbuild/protobuf";

/**
 * What a listing names, over all its pages, each asked for when it is needed. Iterate for the
 * items; `pages()` gives the answers, with their stamps. All pages are of one revision. Each
 * iteration asks anew, from the request's own pageToken on.
 */
export class Pages<Response, Item> implements AsyncIterable<Item> {
  /** `fetch` asks for one page; `items` is the field of the answer that holds them. */
  constructor(
    private readonly schema: DescMessage,
    private readonly request: Message,
    private readonly items: string,
    private readonly fetch: (page: Message) => Promise<Message>,
  ) {}

  async *pages(): AsyncGenerator<Response, void, undefined> {
    const page = clone(this.schema, this.request) as Message & { pageToken: string };
    do {
      const answer = await this.fetch(page);
      yield answer as Response;
      page.pageToken = (answer as Message & { nextPageToken: string }).nextPageToken;
    } while (page.pageToken);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const answer of this.pages())
      yield* (answer as Record<string, Item[]>)[this.items] ?? [];
  }
}
