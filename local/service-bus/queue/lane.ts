/** Spent slots at the front are given back once there are this many, and more of them than of waiting numbers. */
const spentLimit = 1024;

/** Sequence numbers in ascending order: cheap to take from the front, to append, and to put back at the front. */
export class Lane {
  private numbers: number[] = [];
  private front = 0;

  get length(): number {
    return this.numbers.length - this.front;
  }

  /** The lowest number, which stays. */
  peek(): number | undefined {
    return this.numbers[this.front];
  }

  /** Takes the lowest number. */
  shift(): number | undefined {
    const first = this.numbers[this.front];
    if (first === undefined) return undefined;
    this.front += 1;
    if (this.front > spentLimit && this.front * 2 > this.numbers.length) {
      this.numbers = this.numbers.slice(this.front);
      this.front = 0;
    }
    return first;
  }

  insert(sequence: number): void {
    let place = this.numbers.length;
    while (place > this.front && (this.numbers[place - 1] ?? 0) > sequence) place -= 1;
    if (place === this.front && this.front > 0) {
      this.front -= 1;
      this.numbers[this.front] = sequence;
    } else {
      this.numbers.splice(place, 0, sequence);
    }
  }
}
