// SPDX-License-Identifier: Apache-2.0
// ram_run: a memory with one write port that is read in runs, RUN words that follow
// each other from any address on.
//
// Word a is in bank a % RUN, so that each word of a run is in a bank of its own.
// Banks are read and written as ram_1r1w is: a clock later, held until the next read,
// the old word where it is being written. Of a run only words that `read` marks are
// read.

`default_nettype none

module ram_run #(
    parameter W      = 32,    // bits in a word
    parameter DEPTH  = 256,   // words, at least 1
    parameter W_ADDR = 24,    // bits of an address as the callers carry it
    parameter RUN    = 2      // words of a run: 1, 2 or 4
) (
    input  wire              clk,

    input  wire              write,
    input  wire [W_ADDR-1:0] write_addr,
    input  wire [W-1:0]      write_data,

    input  wire [RUN-1:0]    read,        // word i of the run
    input  wire [W_ADDR-1:0] read_addr,   // of the first
    output wire [RUN*W-1:0]  read_data
);

localparam W_BANK = $clog2(RUN);
localparam ROWS   = (DEPTH + RUN - 1) / RUN;   // words of a bank

genvar i;
generate if (RUN == 1) begin : gen_one
    ram_1r1w #(.W(W), .DEPTH(DEPTH), .W_ADDR(W_ADDR)) words_u (
        .clk        (clk),
        .write      (write),
        .write_addr (write_addr),
        .write_data (write_data),
        .read       (read[0]),
        .read_addr  (read_addr),
        .read_data  (read_data)
    );
end else begin : gen_banks
    localparam W_ROW = W_ADDR - W_BANK;

    wire [W_BANK-1:0]  from  = read_addr[W_BANK-1:0];
    wire [W_ROW-1:0]   row   = read_addr[W_ADDR-1:W_BANK];
    wire [2*RUN-1:0]   turned = {read, read} << from;   // bank b reads what is at RUN + b
    reg  [W_BANK-1:0]  from_q;
    wire [RUN*W-1:0]   words;                           // a bank after the other
    wire [2*RUN*W-1:0] twice = {words, words};

    always @(posedge clk)
        if (|read)
            from_q <= from;

    for (i = 0; i < RUN; i = i + 1) begin : gen_bank
        ram_1r1w #(.W(W), .DEPTH(ROWS), .W_ADDR(W_ROW)) words_u (
            .clk        (clk),
            .write      (write & write_addr[W_BANK-1:0] == i),
            .write_addr (write_addr[W_ADDR-1:W_BANK]),
            .write_data (write_data),
            .read       (turned[RUN+i]),
            .read_addr  (from > i ? row + 1'b1 : row),
            .read_data  (words[i*W +: W])
        );

        assign read_data[i*W +: W] = twice[({{32-W_BANK{1'b0}}, from_q} + i)*W +: W];
    end

    wire unused = &{1'b0, turned[RUN-1:0]};
end endgenerate

endmodule

`default_nettype wire
