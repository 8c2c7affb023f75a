// SPDX-License-Identifier: Apache-2.0
// async_fifo: a queue of words from one clock to another.
//
// Each side counts its words in a pointer one bit wider than an address, and
// shows it to the other side in Gray code, which changes by one bit at a time.
// The other side sees it two to three of its clocks late. So a word may stay
// hidden and a place occupied for a while, but never the reverse: no word is
// lost, read twice or overwritten, whatever the two clocks are.
//
// Full: the writer is 2^W_ADDRESS words ahead. In Gray code that is the reader's
// pointer with its two highest bits inverted.
//
// Both resets must be high together for three clocks of each side.

`default_nettype none

module async_fifo #(
    parameter WIDTH     = 8,   // bits in a word, from 1
    parameter W_ADDRESS = 3    // the queue holds 2^W_ADDRESS words; from 2
) (
    input  wire             write_clk,
    input  wire             write_rst,
    input  wire             write_valid,
    output wire             write_ready,   // low while full, as far as this side knows
    input  wire [WIDTH-1:0] write_data,

    input  wire             read_clk,
    input  wire             read_rst,
    output wire             read_valid,    // low while empty, as far as this side knows
    input  wire             read_ready,
    output wire [WIDTH-1:0] read_data      // the oldest word, while read_valid
);

localparam W_POINTER = W_ADDRESS + 1;
localparam DEPTH     = 1 << W_ADDRESS;

generate
    if (WIDTH < 1) begin : check_width
        error_WIDTH_must_be_at_least_1 stop ();
    end
    if (W_ADDRESS < 2) begin : check_w_address
        error_W_ADDRESS_must_be_at_least_2 stop ();
    end
endgenerate

reg [WIDTH-1:0] mem [0:DEPTH-1];

// ---------------------------------------------------------------------------
// Writing side

reg  [W_POINTER-1:0] write_pointer;
reg  [W_POINTER-1:0] write_gray;          // the same in Gray code, straight from registers
wire [W_POINTER-1:0] read_gray_seen;      // the reader's, late

wire                 write      = write_valid & write_ready;
wire [W_POINTER-1:0] write_next = write_pointer + 1'b1;

assign write_ready = (write_gray ^ read_gray_seen) != {2'b11, {W_POINTER-2{1'b0}}};

always @(posedge write_clk)
    if (write)
        mem[write_pointer[W_ADDRESS-1:0]] <= write_data;

always @(posedge write_clk) begin
    if (write) begin
        write_pointer <= write_next;
        write_gray    <= write_next ^ (write_next >> 1);
    end
    if (write_rst) begin
        write_pointer <= {W_POINTER{1'b0}};
        write_gray    <= {W_POINTER{1'b0}};
    end
end

// ---------------------------------------------------------------------------
// Reading side. A word was written before the pointer that tells of it changed.

reg  [W_POINTER-1:0] read_pointer;
reg  [W_POINTER-1:0] read_gray;
wire [W_POINTER-1:0] write_gray_seen;     // the writer's, late

wire                 read      = read_valid & read_ready;
wire [W_POINTER-1:0] read_next = read_pointer + 1'b1;

assign read_valid = read_gray != write_gray_seen;
assign read_data  = mem[read_pointer[W_ADDRESS-1:0]];

always @(posedge read_clk) begin
    if (read) begin
        read_pointer <= read_next;
        read_gray    <= read_next ^ (read_next >> 1);
    end
    if (read_rst) begin
        read_pointer <= {W_POINTER{1'b0}};
        read_gray    <= {W_POINTER{1'b0}};
    end
end

// ---------------------------------------------------------------------------
// Crossings

synchroniser #(.WIDTH (W_POINTER)) to_write_u (
    .clk (write_clk),
    .rst (write_rst),
    .d   (read_gray),
    .q   (read_gray_seen)
);

synchroniser #(.WIDTH (W_POINTER)) to_read_u (
    .clk (read_clk),
    .rst (read_rst),
    .d   (write_gray),
    .q   (write_gray_seen)
);

endmodule

`default_nettype wire
