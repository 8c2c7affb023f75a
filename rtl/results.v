// SPDX-License-Identifier: Apache-2.0
// results: two banks of what the last layer wrote, each with the class of every
// row's image. One bank is written while the other is read.
//
// Where the lanes of a word are channels of one image (`one_image`), its class is
// the first: word * LANES + lane of the first largest code.

`default_nettype none

module results #(
    parameter ROWS    = 16,
    parameter W_DATA  = 8,
    parameter DEPTH   = 16,   // words a bank
    parameter W_ADDR  = 24,
    parameter W_CLASS = 16,
    parameter STATIONARY = 0,   // 1: lanes can be channels
    parameter LANES   = 16
) (
    input  wire                    clk,

    input  wire                    clear,         // empties write_bank, which is written from then on
    input  wire                    write,
    input  wire                    write_bank,
    input  wire                    one_image,
    input  wire [6:0]              write_lanes,   // with one_image: lanes that are channels, the lowest
    input  wire [W_ADDR-1:0]       write_addr,
    input  wire [ROWS*W_DATA-1:0]  write_word,

    input  wire                    read,
    input  wire                    read_bank,
    input  wire [W_ADDR-1:0]       read_addr,
    output wire [ROWS*W_DATA-1:0]  read_word,     // a clock later
    output wire [$clog2(DEPTH+1)-1:0] count,      // words written to read_bank
    output wire [ROWS*W_CLASS-1:0] classes        // of read_bank: address of the first largest code
);

localparam W_COUNT = $clog2(DEPTH + 1);

wire [ROWS-1:0] taken;   // lanes that are written

genvar r;
generate for (r = 0; r < ROWS; r = r + 1) begin : gen_taken
    assign taken[r] = write & (~one_image | write_lanes > r);
end endgenerate

// ---------------------------------------------------------------------------
// Of the bank that is written, or was last; and what was found in the other one.

reg                    last_bank;
reg [W_COUNT-1:0]      written, other_written;
reg [ROWS*W_CLASS-1:0] other_classes;

wire [ROWS-1:0]         any;
wire [ROWS*W_DATA-1:0]  largest;
wire [ROWS*W_CLASS-1:0] best, found;

always @(posedge clk) begin
    if (clear)
        last_bank <= write_bank;
    if (clear & write_bank != last_bank) begin
        other_written <= written;
        other_classes <= found;
    end

    if (clear)
        written <= {W_COUNT{1'b0}};
    else if (write)
        written <= written + 1'b1;
end

generate
    for (r = 0; r < ROWS; r = r + 1) begin : gen_row
        argmax_lane #(.W_DATA(W_DATA), .W_INDEX(W_CLASS)) argmax_u (
            .clk     (clk),
            .clear   (clear),
            .take    (taken[r]),
            .code    (write_word[r*W_DATA +: W_DATA]),
            .index   (write_addr[W_CLASS-1:0]),
            .any     (any[r]),
            .largest (largest[r*W_DATA +: W_DATA]),
            .best    (best[r*W_CLASS +: W_CLASS])
        );
    end

    if (STATIONARY != 0) begin : gen_one_image
        reg                written_one;
        wire [W_CLASS-1:0] first;

        always @(posedge clk)
            if (write)
                written_one <= one_image;

        argmax_tree #(.LANES(LANES), .W_DATA(W_DATA), .W_INDEX(W_CLASS)) argmax_tree_u (
            .any     (any[LANES-1:0]),
            .largest (largest[LANES*W_DATA-1:0]),
            .best    (best[LANES*W_CLASS-1:0]),
            .first   (first)
        );

        for (r = 0; r < ROWS; r = r + 1) begin : gen_class
            wire [W_CLASS-1:0] own = best[r*W_CLASS +: W_CLASS];
            assign found[r*W_CLASS +: W_CLASS] = r == 0 & written_one ? first : own;
        end
    end else begin : gen_images
        assign found = best;
    end
endgenerate

wire unused_lanes = &{1'b0, any, largest};

assign count   = read_bank == last_bank ? written : other_written;
assign classes = read_bank == last_bank ? found : other_classes;

// ---------------------------------------------------------------------------
// Both banks are one memory, as small ones would leave most of a block RAM empty.
localparam W_BANK = DEPTH > 1 ? $clog2(DEPTH) : 1;

ram_1r1w #(.W(ROWS*W_DATA), .DEPTH(2 << W_BANK), .W_ADDR(W_BANK + 2)) words_u (
    .clk        (clk),
    .write      (write),
    .write_addr ({1'b0, write_bank, write_addr[W_BANK-1:0]}),
    .write_data (write_word),
    .read       (read),
    .read_addr  ({1'b0, read_bank, read_addr[W_BANK-1:0]}),
    .read_data  (read_word)
);

wire unused_addr = &{1'b0, write_addr, read_addr};

endmodule

`default_nettype wire
